"""What was sent and what was answered cannot be emptied away: TRUNCATE fires no row trigger."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER outbound_document_no_truncate BEFORE TRUNCATE ON insurance_gateway_outbounddocument
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER receipt_no_truncate BEFORE TRUNCATE ON insurance_gateway_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
"""
REVERSE = """
DROP TRIGGER outbound_document_no_truncate ON insurance_gateway_outbounddocument;
DROP TRIGGER receipt_no_truncate ON insurance_gateway_receipt;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("insurance_gateway", "0003_receipt_texts_of_any_length"),
        ("hospital", "0005_append_only_truncate"),
    ]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
