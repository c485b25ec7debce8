"""The way out to people's devices: Web Push by our own hand, e-mail, SMS and voice by Apprise. Knows no table."""
