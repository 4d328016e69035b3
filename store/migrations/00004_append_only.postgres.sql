-- Nothing reported is ever overwritten, and the database itself says so.
CREATE FUNCTION kpid_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER observation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON observation FOR EACH STATEMENT EXECUTE FUNCTION kpid_append_only();
CREATE TRIGGER verdict_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON verdict FOR EACH STATEMENT EXECUTE FUNCTION kpid_append_only();
CREATE TRIGGER fact_revision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fact_revision FOR EACH STATEMENT EXECUTE FUNCTION kpid_append_only();
CREATE TRIGGER config_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON config_version FOR EACH STATEMENT EXECUTE FUNCTION kpid_append_only();
