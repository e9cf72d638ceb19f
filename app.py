"""Start with ``streamlit run app.py`` (pages and HTTP routes in one process) or ``uvicorn app:app``."""

import streamlit as st

if __name__ == "__main__":  # once per visitor's interaction, by Streamlit's script runner
    from recommender.ui import main

    main.run()
else:  # once, by the server process
    from recommender.web.routes import LIFESPAN, MIDDLEWARE, ROUTES

    app = st.App(__file__, routes=ROUTES, middleware=MIDDLEWARE, lifespan=LIFESPAN)
