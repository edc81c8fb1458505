"""Values made safe before they are counted: paths, hosts, campaigns."""
