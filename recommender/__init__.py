"""Plans trips through Jinzhong that really work: open on arrival, reachable, paced for people, explained."""

__version__ = "0.1.0"
