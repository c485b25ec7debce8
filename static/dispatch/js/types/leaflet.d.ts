// Leaflet 1.9.4 is vendored without types: what `views/map.js` uses of it is tried by the browser tests.
declare module "leaflet";
