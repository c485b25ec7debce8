"""The geofile: where a text is, in which neighbourhood or town. Reads only; `actions.geography` writes."""
