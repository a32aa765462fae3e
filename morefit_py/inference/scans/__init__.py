"""The profile NLL at many points of one or several parameters."""
