"""Code generation: plans printed as kernel source by Jinja skeletons and one printer."""
