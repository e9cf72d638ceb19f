"""One run of the page, for Streamlit's own test runner."""

from recommender.ui import main

main.run()
