"""How much a visitor would like each place: content features, a profile, and a score whose parts add up.

The method, its weights and what it is bad at: ``docs/scoring.md``.
"""

from recommender.scoring.features import ContentFeatures, content_features
from recommender.scoring.profile import Profile
from recommender.scoring.score import PART_NAMES, Scorer, Scores, Weights, fit

__all__ = ["PART_NAMES", "ContentFeatures", "Profile", "Scorer", "Scores", "Weights", "content_features", "fit"]
