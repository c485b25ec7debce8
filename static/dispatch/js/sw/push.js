// @ts-check
/**
 * The service worker that shows what a push says, and leads to where the person works. It keeps nothing and answers no request, so that
 * people at the desk have it too; the responder page's own worker (shell.js) is another one. A classic script of its own.
 */
(() => {
  const worker = /** @type {any} */ (self);

  worker.addEventListener("install", () => worker.skipWaiting());

  worker.addEventListener("push", (/** @type {any} */ event) => {
    event.waitUntil(show(told(event.data)));
  });

  worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data?.url ?? "/"));
  });

  /** What came, or that something did: a browser that shows nothing for a push ends the subscription. @param {any} data */
  function told(data) {
    try {
      return data.json();
    } catch {
      return {};
    }
  }

  /** @param {{ title?: string, text?: string, tag?: string, url?: string }} message */
  function show({ title = "HEARTeam", text = "", tag = "hearteam", url = "/" }) {
    const more = { body: text, tag, renotify: true, requireInteraction: true, vibrate: [300, 100, 300], icon: "/static/dispatch/icons/any-192.png", data: { url } };
    return worker.registration.showNotification(title, more);
  }

  /** The address notes that it was opened and leads on. A window that is open comes to the front as it is: what is typed there stays. @param {string} url */
  async function open(url) {
    const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    const work = windows.find((/** @type {any} */ one) => ["/unit/", "/"].includes(new URL(one.url).pathname));
    if (!work) return worker.clients.openWindow(url);
    await work.focus();
    return fetch(url, { redirect: "manual" }).catch(() => {});
  }
})();
