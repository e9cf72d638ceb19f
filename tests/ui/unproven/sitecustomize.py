"""Python imports this by itself where its folder is on the path: no search for how far a plan is from the best one is begun.

A page sets one off for each plan that stays on screen; it goes on for a minute, and no test in a browser waits for it.
"""

import os
import sys

if sys.orig_argv[-1] == "recommender.orienteering.apart":
    os._exit(1)
