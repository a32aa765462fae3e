"""Whether data follow the model that was fitted to them."""
