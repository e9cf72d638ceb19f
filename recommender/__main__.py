"""``python -m recommender``."""

import sys

from recommender.cli import main

if __name__ == "__main__":  # worker processes of a batch import this file too
    sys.exit(main())
