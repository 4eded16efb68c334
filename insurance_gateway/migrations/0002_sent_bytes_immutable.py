"""What was sent and what was answered can be shown byte for byte: neither is ever altered."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER outbound_document_append_only BEFORE UPDATE OR DELETE ON insurance_gateway_outbounddocument
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_append_only BEFORE UPDATE OR DELETE ON insurance_gateway_receipt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
REVERSE = """
DROP TRIGGER outbound_document_append_only ON insurance_gateway_outbounddocument;
DROP TRIGGER receipt_append_only ON insurance_gateway_receipt;
"""


class Migration(migrations.Migration):
    dependencies = [("insurance_gateway", "0001_initial"), ("hospital", "0002_append_only")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
