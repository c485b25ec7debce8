"""The geofile: where a text is, which neighbourhood and town a point lies in. Reads only; `actions.geography` writes."""
