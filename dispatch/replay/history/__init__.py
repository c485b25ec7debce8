"""A believable past of any size: recorded calls told again with other people, places, units and times."""
