//! Examples of messages, of the same story.

use serde_json::{Value, json};

use super::{ALUMNUS, RECORDED_AT};

const MESSAGE: &str = "msg_0198c7d2a4b07c3e9f1a2b3c4d5e6f83";
const PERMISSION: &str = "cpm_0198c7d2a4b07c3e9f1a2b3c4d5e6f84";
const CONSENT: &str = "cns_0198c7d2a4b07c3e9f1a2b3c4d5e6f79";

/// What an operation is sent, or answers with a status.
pub(super) fn example(operation: &str, place: &str) -> Option<Value> {
    let value = match (operation, place) {
        ("recordMessage", "request") => json!({ "source": "mailer", "record": told() }),
        ("recordMessage", "200") => recorded("updated"),
        ("recordMessage", "201") => recorded("created"),
        ("recordMessages", "request") => json!({ "source": "mailer", "records": [told()] }),
        ("recordMessages", "200") => json!({ "results": [recorded("created")] }),
        ("getMessage", "200") => message(),
        ("listMessages", "200") => json!({ "data": [message()], "next": null }),
        ("askContactPermission", "request") => json!({ "alumnus_id": ALUMNUS, "channel": "email", "purpose": "job_offers", "hold": true }),
        ("askContactPermission", "200") => permission(),
        ("askContactPermissions", "request") => json!({
            "questions": [
                { "alumnus_id": ALUMNUS, "channel": "email", "purpose": "job_offers" },
                { "person": { "source": "hris", "external_id": "10085" }, "channel": "sms", "purpose": "events" },
            ],
        }),
        ("askContactPermissions", "200") => {
            let mut refused = permission();
            for (member, value) in [
                ("may", json!(false)),
                ("consent", Value::Null),
                ("permission_id", Value::Null),
                ("held_until", Value::Null),
                ("again_at", json!("2024-05-01T09:30:00Z")),
            ] {
                refused[member] = value;
            }
            refused["reasons"] = json!([{
                "code": "cap_reached", "detail": "they were written to as often as the organization allows",
                "again_at": "2024-05-01T09:30:00Z",
            }]);
            json!({ "results": [
                { "index": 0, "permission": refused, "problems": [] },
                { "index": 1, "permission": null, "problems": [{
                    "pointer": "/person", "code": "unknown_person", "detail": "names nobody whom furusu knows", "warning": false,
                }] },
            ] })
        }
        _ => return None,
    };
    Some(value)
}

fn told() -> Value {
    json!({
        "external_id": "2024-04/10084", "alumnus_id": ALUMNUS, "channel": "email", "purpose": "job_offers", "campaign": "2024-04",
        "sent_at": "2024-04-01T09:00:00Z", "opened_at": "2024-04-01T09:20:00Z", "permission_id": PERMISSION,
    })
}

fn recorded(outcome: &str) -> Value {
    json!({
        "index": 0, "external_id": "2024-04/10084", "outcome": outcome, "message_id": MESSAGE, "alumnus_id": ALUMNUS, "permitted": true,
        "problems": [],
    })
}

fn basis() -> Value {
    json!({ "id": CONSENT, "basis": "consent", "text_version": "2024-04" })
}

fn message() -> Value {
    json!({
        "id": MESSAGE, "alumnus_id": ALUMNUS, "source": "mailer", "external_id": "2024-04/10084", "channel": "email",
        "purpose": "job_offers", "campaign": "2024-04", "subject": null, "sent_at": "2024-04-01T09:00:00Z", "delivered_at": null,
        "opened_at": "2024-04-01T09:20:00Z", "clicked_at": null, "replied_at": null, "bounced_at": null, "bounce": null,
        "permitted": true, "consent": basis(), "lack": null, "permission_id": PERMISSION, "source_updated_at": null, "version": 1,
        "recorded_at": RECORDED_AT, "updated_at": RECORDED_AT,
    })
}

fn permission() -> Value {
    json!({
        "alumnus_id": ALUMNUS, "may": true, "consent": basis(), "reasons": [], "again_at": null, "permission_id": PERMISSION,
        "held_until": "2024-04-01T10:30:00Z",
    })
}
