"""The pages. Everything that imports Streamlit lives here; nothing here plans, prices or opens."""
