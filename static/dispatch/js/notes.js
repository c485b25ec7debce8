// @ts-check
/** A note of the open call, added for good. */

/** @typedef {import("./desk.js").Desk} Desk */

/** The field is empty at once: what is typed while the call is saved is the next note. @param {Desk} desk */
export async function addNote(desk) {
  const text = desk.note.trim();
  const id = desk.selected;
  if (!text || id === null) return;
  desk.note = "";
  desk.changed();
  if (desk.form?.id === id) await desk.form.save();
  const answer = await desk.did(desk.requests.note(id, text));
  if (answer === undefined) giveBack(desk, id, text);
  desk.changed();
}

/** A note that was refused stands in its field again, unless another is begun there. @param {Desk} desk @param {string} id @param {string} text */
function giveBack(desk, id, text) {
  if (desk.selected === id) desk.note ||= text;
  else if (!desk.begunNotes.get(id)) desk.begunNotes.set(id, text);
}
