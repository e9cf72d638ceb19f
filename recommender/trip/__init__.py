"""Trips: the planner, the itinerary, explanations, words, and the independent check."""
