"""Entries of the audit trail are added and read, and nothing else: the database holds the application to it."""

from django.db import migrations

KEPT = """
CREATE FUNCTION samphan_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'samphan_app' AND TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'entries of the audit trail are not changed' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON administration_auditentry
    FOR EACH ROW EXECUTE FUNCTION samphan_audit_is_kept();

CREATE FUNCTION samphan_forget_audit(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    gone bigint;
BEGIN
    DELETE FROM administration_auditentry
     WHERE workspace_id = nullif(current_setting('samphan.workspace', true), '')::uuid
       AND at < least(before, now() - interval '90 days');
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;

CREATE INDEX audit_by_detail ON administration_auditentry USING gin (detail jsonb_path_ops);
"""
BACK = """
DROP INDEX audit_by_detail;
DROP FUNCTION samphan_forget_audit(timestamptz);
DROP TRIGGER audit_is_kept ON administration_auditentry;
DROP FUNCTION samphan_audit_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("administration", "0020_sign_in_walls")]

    operations = [migrations.RunSQL(KEPT, BACK)]
