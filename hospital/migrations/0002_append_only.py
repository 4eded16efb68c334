"""Rows that nobody may change: card checks, audit lines and their seals."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION audit_entry_only_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.seal_id IS NULL AND NEW.seal_id IS NOT NULL
       AND to_jsonb(NEW) - 'seal_id' = to_jsonb(OLD) - 'seal_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION audit_entry_starts_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seal_id IS NOT NULL THEN
        RAISE EXCEPTION 'an audit line is sealed after it was written' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER card_check_append_only BEFORE UPDATE OR DELETE ON hospital_cardcheck
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON hospital_auditseal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON hospital_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_only_seal BEFORE UPDATE ON hospital_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_only_seal();
CREATE TRIGGER audit_entry_starts_unsealed BEFORE INSERT ON hospital_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_starts_unsealed();
"""

REVERSE = """
DROP TRIGGER card_check_append_only ON hospital_cardcheck;
DROP TRIGGER audit_seal_append_only ON hospital_auditseal;
DROP TRIGGER audit_entry_no_delete ON hospital_auditentry;
DROP TRIGGER audit_entry_only_seal ON hospital_auditentry;
DROP TRIGGER audit_entry_starts_unsealed ON hospital_auditentry;
DROP FUNCTION audit_entry_starts_unsealed();
DROP FUNCTION audit_entry_only_seal();
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("hospital", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, REVERSE)]
