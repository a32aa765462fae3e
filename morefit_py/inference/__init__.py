"""What follows from a fit: event weights, goodness of fit, tests of models, toy studies, scans."""
