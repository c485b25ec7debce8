"""What is wrong with a running installation, in words, and what to do about it. Looks only; changes nothing."""
