"""What this installation says of itself: figures for Prometheus, log lines, and the ids that join them.

Knows neither app. Nothing here names a person, a place or a word that anybody said: figures carry only labels of a
fixed set, log lines only ids.
"""
