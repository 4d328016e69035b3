-- Facts: one table a canonical fact, as the table in kpi/fact says (a test compares them).
-- Types are SQLite's; for PostgreSQL the migrator writes BIGINT, DOUBLE PRECISION
-- and TEXT COLLATE "C" instead and drops the table options.

CREATE TABLE account_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  name TEXT,
  domain TEXT,
  created_at INTEGER NOT NULL,
  closed_at INTEGER,
  is_internal INTEGER NOT NULL CHECK (is_internal IN (0, 1)),
  is_test INTEGER NOT NULL CHECK (is_test IN (0, 1)),
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW account AS
  SELECT source, id, updated_at, name, domain, created_at, closed_at, is_internal, is_test
  FROM account_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX account_at ON account_row (created_at);

CREATE TABLE account_attribute_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW account_attribute AS
  SELECT source, id, updated_at, account_id, name, value, valid_from, valid_to
  FROM account_attribute_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX account_attribute_at ON account_attribute_row (valid_from);
CREATE INDEX account_attribute_account_id ON account_attribute_row (account_id);

CREATE TABLE account_access_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  account_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  capability_id TEXT,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW account_access AS
  SELECT source, id, updated_at, account_id, product_id, capability_id, starts_at, ends_at
  FROM account_access_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX account_access_at ON account_access_row (starts_at);
CREATE INDEX account_access_account_id ON account_access_row (account_id);

CREATE TABLE subscription_movement_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  account_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  subscription_ref TEXT NOT NULL,
  effective_at INTEGER NOT NULL,
  mrr_delta INTEGER NOT NULL,
  currency TEXT NOT NULL,
  kind TEXT CHECK (kind IN ('new', 'expansion', 'contraction', 'churn', 'reactivation')),
  recurring INTEGER NOT NULL CHECK (recurring IN (0, 1)),
  reason TEXT,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW subscription_movement AS
  SELECT source, id, updated_at, account_id, product_id, subscription_ref, effective_at, mrr_delta, currency, kind, recurring, reason
  FROM subscription_movement_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX subscription_movement_at ON subscription_movement_row (effective_at);
CREATE INDEX subscription_movement_account_id ON subscription_movement_row (account_id);

CREATE TABLE help_session_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  account_id TEXT,
  requester_id TEXT,
  product_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('article', 'bot', 'community')),
  topic TEXT,
  gave_up INTEGER NOT NULL CHECK (gave_up IN (0, 1)),
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW help_session AS
  SELECT source, id, updated_at, account_id, requester_id, product_id, at, channel, topic, gave_up
  FROM help_session_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX help_session_at ON help_session_row (at);
CREATE INDEX help_session_account_id ON help_session_row (account_id);

CREATE TABLE ticket_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  account_id TEXT,
  requester_id TEXT,
  product_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  solved_at INTEGER,
  channel TEXT NOT NULL,
  topic TEXT,
  priority TEXT,
  status TEXT NOT NULL,
  is_spam INTEGER NOT NULL CHECK (is_spam IN (0, 1)),
  merged_into TEXT,
  origin TEXT NOT NULL CHECK (origin IN ('customer', 'proactive', 'internal')),
  self_solved INTEGER NOT NULL CHECK (self_solved IN (0, 1)),
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW ticket AS
  SELECT source, id, updated_at, account_id, requester_id, product_id, created_at, solved_at, channel, topic, priority, status, is_spam, merged_into, origin, self_solved
  FROM ticket_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX ticket_at ON ticket_row (created_at);
CREATE INDEX ticket_account_id ON ticket_row (account_id);

CREATE TABLE metric_point_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  segment TEXT NOT NULL,
  num REAL NOT NULL,
  den REAL,
  n INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW metric_point AS
  SELECT source, id, updated_at, product_id, name, starts_at, ends_at, segment, num, den, n
  FROM metric_point_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX metric_point_at ON metric_point_row (starts_at);

CREATE TABLE capability_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('core', 'other')),
  ga_at INTEGER,
  target_filter TEXT,
  active_rule TEXT NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW capability AS
  SELECT source, id, updated_at, product_id, name, class, ga_at, target_filter, active_rule
  FROM capability_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX capability_at ON capability_row (ga_at);

CREATE TABLE journey_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  critical INTEGER NOT NULL CHECK (critical IN (0, 1)),
  top INTEGER NOT NULL CHECK (top IN (0, 1)),
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW journey AS
  SELECT source, id, updated_at, product_id, name, critical, top
  FROM journey_row WHERE gone_at IS NULL AND fault IS NULL;

CREATE TABLE tracking_plan_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  journey_id TEXT NOT NULL,
  event_name TEXT NOT NULL,
  required_props TEXT NOT NULL,
  required_since INTEGER NOT NULL,
  retired_at INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW tracking_plan AS
  SELECT source, id, updated_at, journey_id, event_name, required_props, required_since, retired_at
  FROM tracking_plan_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX tracking_plan_at ON tracking_plan_row (required_since);
CREATE INDEX tracking_plan_journey_id ON tracking_plan_row (journey_id);

CREATE TABLE tracking_observation_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  journey_id TEXT NOT NULL,
  event_name TEXT NOT NULL,
  day INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  valid INTEGER NOT NULL,
  schema_errors INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW tracking_observation AS
  SELECT source, id, updated_at, journey_id, event_name, day, seen, valid, schema_errors, duplicates
  FROM tracking_observation_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX tracking_observation_at ON tracking_observation_row (day);
CREATE INDEX tracking_observation_journey_id ON tracking_observation_row (journey_id);

CREATE TABLE work_item_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  initiative_id TEXT,
  ref TEXT NOT NULL,
  title TEXT,
  type TEXT NOT NULL CHECK (type IN ('story', 'bug', 'task', 'epic', 'other')),
  vendor_type TEXT NOT NULL,
  status TEXT NOT NULL,
  category TEXT NOT NULL CHECK (category IN ('todo', 'doing', 'done')),
  severity INTEGER,
  found_in TEXT CHECK (found_in IN ('pre_release', 'production')),
  duplicate_of TEXT,
  is_security INTEGER NOT NULL CHECK (is_security IN (0, 1)),
  points REAL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  done_at INTEGER,
  released_at INTEGER,
  url TEXT,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW work_item AS
  SELECT source, id, updated_at, product_id, initiative_id, ref, title, type, vendor_type, status, category, severity, found_in, duplicate_of, is_security, points, created_at, started_at, done_at, released_at, url
  FROM work_item_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX work_item_at ON work_item_row (created_at);

CREATE TABLE work_item_change_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  item_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  field TEXT NOT NULL,
  old_value TEXT,
  new_value TEXT,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW work_item_change AS
  SELECT source, id, updated_at, item_id, at, field, old_value, new_value
  FROM work_item_change_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX work_item_change_at ON work_item_change_row (at);
CREATE INDEX work_item_change_item_id ON work_item_change_row (item_id);

CREATE TABLE release_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  planned_at INTEGER,
  released_at INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW release AS
  SELECT source, id, updated_at, product_id, name, planned_at, released_at
  FROM release_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX release_at ON release_row (released_at);

CREATE TABLE initiative_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  size TEXT NOT NULL CHECK (size IN ('major', 'minor')),
  risk TEXT CHECK (risk IN ('core', 'adjacent', 'new')),
  horizon TEXT CHECK (horizon IN ('now', 'next', 'later')),
  owner TEXT,
  problem_validated_at INTEGER,
  committed_at INTEGER,
  released_at INTEGER,
  killed_at INTEGER,
  target_kpi TEXT,
  target_measure TEXT,
  target_segment TEXT,
  baseline REAL,
  expected_lift REAL,
  lift_unit TEXT CHECK (lift_unit IN ('pts', 'percent', 'abs')),
  measure_by INTEGER,
  registered_at INTEGER,
  measured_lift REAL,
  lift_lo REAL,
  lift_hi REAL,
  verdict TEXT,
  guardrails TEXT,
  url TEXT,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW initiative AS
  SELECT source, id, updated_at, product_id, name, size, risk, horizon, owner, problem_validated_at, committed_at, released_at, killed_at, target_kpi, target_measure, target_segment, baseline, expected_lift, lift_unit, measure_by, registered_at, measured_lift, lift_lo, lift_hi, verdict, guardrails, url
  FROM initiative_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX initiative_at ON initiative_row (released_at);

CREATE TABLE plan_commitment_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  team TEXT,
  plan_ref TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  item_id TEXT,
  committed_at INTEGER NOT NULL,
  planned_value REAL NOT NULL,
  delivered_value REAL NOT NULL,
  is_stretch INTEGER NOT NULL CHECK (is_stretch IN (0, 1)),
  added_after_start INTEGER NOT NULL CHECK (added_after_start IN (0, 1)),
  due_at INTEGER,
  delivered_at INTEGER,
  descoped_at INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW plan_commitment AS
  SELECT source, id, updated_at, product_id, team, plan_ref, starts_at, ends_at, item_id, committed_at, planned_value, delivered_value, is_stretch, added_after_start, due_at, delivered_at, descoped_at
  FROM plan_commitment_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX plan_commitment_at ON plan_commitment_row (starts_at);
CREATE INDEX plan_commitment_item_id ON plan_commitment_row (item_id);

CREATE TABLE experiment_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('ab', 'flag', 'aa', 'other')),
  hypothesis TEXT,
  primary_metric TEXT,
  planned_n INTEGER,
  stop_rule_met INTEGER CHECK (stop_rule_met IN (0, 1)),
  started_at INTEGER,
  ended_at INTEGER,
  decided_at INTEGER,
  decision TEXT NOT NULL CHECK (decision IN ('ship', 'stop', 'iterate', 'none')),
  next_step TEXT,
  learning TEXT,
  srm_p REAL,
  effect REAL,
  effect_lo REAL,
  effect_hi REAL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW experiment AS
  SELECT source, id, updated_at, product_id, name, kind, hypothesis, primary_metric, planned_n, stop_rule_met, started_at, ended_at, decided_at, decision, next_step, learning, srm_p, effect, effect_lo, effect_hi
  FROM experiment_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX experiment_at ON experiment_row (ended_at);

CREATE TABLE experiment_arm_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  experiment_id TEXT NOT NULL,
  arm TEXT NOT NULL,
  planned_share REAL NOT NULL,
  exposed INTEGER NOT NULL,
  converted INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW experiment_arm AS
  SELECT source, id, updated_at, experiment_id, arm, planned_share, exposed, converted
  FROM experiment_arm_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX experiment_arm_experiment_id ON experiment_arm_row (experiment_id);

CREATE TABLE incident_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  group_ref TEXT,
  severity INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  detected_at INTEGER,
  resolved_at INTEGER,
  cause TEXT NOT NULL CHECK (cause IN ('change', 'dependency', 'capacity', 'external', 'unknown')),
  change_ref TEXT,
  reviewed_at INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW incident AS
  SELECT source, id, updated_at, product_id, group_ref, severity, started_at, detected_at, resolved_at, cause, change_ref, reviewed_at
  FROM incident_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX incident_at ON incident_row (started_at);

CREATE TABLE change_event_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('deployment', 'flag', 'config')),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  result TEXT NOT NULL CHECK (result IN ('success', 'failure', 'unknown')),
  environment TEXT NOT NULL,
  ref TEXT,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW change_event AS
  SELECT source, id, updated_at, product_id, kind, started_at, finished_at, result, environment, ref
  FROM change_event_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX change_event_at ON change_event_row (started_at);

CREATE TABLE slo_window_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  journey_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  objective REAL NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  good REAL NOT NULL,
  total REAL NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('requests', 'seconds')),
  excluded REAL NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW slo_window AS
  SELECT source, id, updated_at, journey_id, product_id, objective, starts_at, ends_at, good, total, unit, excluded
  FROM slo_window_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX slo_window_at ON slo_window_row (starts_at);
CREATE INDEX slo_window_journey_id ON slo_window_row (journey_id);

CREATE TABLE survey_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('relational', 'transactional', 'pulse')),
  wave TEXT NOT NULL,
  opens_at INTEGER NOT NULL,
  closes_at INTEGER NOT NULL,
  invited INTEGER NOT NULL,
  population INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW survey AS
  SELECT source, id, updated_at, product_id, name, kind, wave, opens_at, closes_at, invited, population
  FROM survey_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX survey_at ON survey_row (closes_at);

CREATE TABLE survey_question_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  survey_id TEXT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('nps', 'csat', 'ces', 'alignment', 'triad', 'engagement', 'other')),
  scale_min REAL NOT NULL,
  scale_max REAL NOT NULL,
  easy_is TEXT CHECK (easy_is IN ('high', 'low')),
  workflow TEXT,
  wording_hash TEXT NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW survey_question AS
  SELECT source, id, updated_at, survey_id, purpose, scale_min, scale_max, easy_is, workflow, wording_hash
  FROM survey_question_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX survey_question_survey_id ON survey_question_row (survey_id);

CREATE TABLE survey_response_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  survey_id TEXT NOT NULL,
  question_id TEXT NOT NULL,
  score REAL NOT NULL,
  respondent_id TEXT NOT NULL,
  account_id TEXT,
  role TEXT,
  sent_at INTEGER,
  responded_at INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW survey_response AS
  SELECT source, id, updated_at, survey_id, question_id, score, respondent_id, account_id, role, sent_at, responded_at
  FROM survey_response_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX survey_response_at ON survey_response_row (responded_at);
CREATE INDEX survey_response_survey_id ON survey_response_row (survey_id);
CREATE INDEX survey_response_account_id ON survey_response_row (account_id);

CREATE TABLE team_member_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  role TEXT NOT NULL,
  level TEXT,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER,
  exit_type TEXT CHECK (exit_type IN ('voluntary', 'involuntary')),
  regretted INTEGER CHECK (regretted IN (0, 1)),
  flagged_at INTEGER,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW team_member AS
  SELECT source, id, updated_at, product_id, role, level, starts_at, ends_at, exit_type, regretted, flagged_at
  FROM team_member_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX team_member_at ON team_member_row (starts_at);

CREATE TABLE assessment_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  member_id TEXT NOT NULL,
  rubric TEXT NOT NULL,
  competency TEXT NOT NULL,
  level REAL NOT NULL,
  assessed_at INTEGER NOT NULL,
  assessor_id TEXT NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW assessment AS
  SELECT source, id, updated_at, member_id, rubric, competency, level, assessed_at, assessor_id
  FROM assessment_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX assessment_at ON assessment_row (assessed_at);
CREATE INDEX assessment_member_id ON assessment_row (member_id);

CREATE TABLE judgement_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  kpi TEXT NOT NULL,
  product_id TEXT NOT NULL,
  author_id TEXT NOT NULL,
  author_role TEXT NOT NULL,
  rag TEXT NOT NULL CHECK (rag IN ('green', 'amber', 'red')),
  trend TEXT NOT NULL CHECK (trend IN ('up', 'flat', 'down')),
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW judgement AS
  SELECT source, id, updated_at, kpi, product_id, author_id, author_role, rag, trend, text, at
  FROM judgement_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX judgement_at ON judgement_row (at);

CREATE TABLE headcount_plan_row (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  updated_at INTEGER,
  first_run INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  hash TEXT NOT NULL,
  gone_at INTEGER,
  fault TEXT,
  product_id TEXT NOT NULL,
  month_start INTEGER NOT NULL,
  open_vacancies INTEGER NOT NULL,
  managers INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
CREATE VIEW headcount_plan AS
  SELECT source, id, updated_at, product_id, month_start, open_vacancies, managers
  FROM headcount_plan_row WHERE gone_at IS NULL AND fault IS NULL;
CREATE INDEX headcount_plan_at ON headcount_plan_row (month_start);

