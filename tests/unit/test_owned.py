"""What goes with a site when it is removed."""

from consent_service.storage.sites import SITE_TABLES
from consent_service.storage.tables import audit, metadata


def test_every_table_with_a_site_goes_with_it_but_the_audit_trail():
    with_site = {table.name for table in metadata.tables.values() if "site" in table.columns}
    assert with_site - {audit.name} == {table.name for table in SITE_TABLES}
