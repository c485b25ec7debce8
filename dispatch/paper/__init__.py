"""The sheet that dispatch goes on with when the system is down: what stands open, who is on duty, blank forms."""
