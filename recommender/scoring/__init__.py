"""How much a visitor would like each place: content features, a profile, and a score whose parts add up.

Beside it, what past trips teach: which places lie between two ends, and in what order, in parts as well. The methods, their
weights and what they are bad at: ``docs/scoring.md``.
"""

from recommender.scoring.features import ContentFeatures, content_features
from recommender.scoring.history import Ground, History, PastTrip
from recommender.scoring.learned import Taste, TripModel, TripScores, learn
from recommender.scoring.profile import REACHES, Profile
from recommender.scoring.rules import Rules
from recommender.scoring.score import PART_NAMES, Scorer, Scores, Weights, fit
from recommender.scoring.together import GroupScores, together

__all__ = [
    "PART_NAMES",
    "REACHES",
    "ContentFeatures",
    "Ground",
    "GroupScores",
    "History",
    "PastTrip",
    "Profile",
    "Rules",
    "Scorer",
    "Scores",
    "Taste",
    "TripModel",
    "TripScores",
    "Weights",
    "content_features",
    "fit",
    "learn",
    "together",
]
