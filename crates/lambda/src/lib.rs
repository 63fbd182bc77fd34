//! AWS Lambda: functions, their code, versions, aliases, permissions and URLs (developer guide; API reference 2015-03-31).
