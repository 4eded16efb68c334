"""A frozen version of a claim is never altered (standard: never altered after it was sent)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER claim_version_append_only BEFORE UPDATE OR DELETE ON billing_claimversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
REVERSE = "DROP TRIGGER claim_version_append_only ON billing_claimversion;"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_relations"), ("hospital", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
