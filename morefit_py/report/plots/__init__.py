"""Figures: of fits over their data, and of what comes out of them; one kind a file."""

from morefit_py.report.plots.contour import contour
from morefit_py.report.plots.correlation import correlation
from morefit_py.report.plots.plane import plane
from morefit_py.report.plots.profile import profile
from morefit_py.report.plots.projection import projection
from morefit_py.report.plots.pulls import pulls
from morefit_py.report.plots.scan import scan
from morefit_py.report.plots.toys import toys

__all__ = ["contour", "correlation", "plane", "profile", "projection", "pulls", "scan", "toys"]
