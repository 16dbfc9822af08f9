"""Top floor: what turns the library into a lab (sliders, command line, course folder)."""
