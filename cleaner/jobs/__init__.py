"""Long runs over many pages, and the worker processes that clean for them."""
