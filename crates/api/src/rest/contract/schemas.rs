//! The schemas, made as strict as the service is: what is sent and what is answered have a type each, nothing unknown
//! may be sent, and what is always answered is always there.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::schema::{AdditionalProperties, AllOf, AnyOf, Array, ArrayItems, Object, OneOf, Schema, SchemaType, Type};
use utoipa::openapi::{Content, ObjectBuilder, Ref, RefOr};
use utoipa::{Modify, Number};

use super::each_operation;

/// Any text but control characters: tabs and line ends are none that matter.
const PLAIN: &str = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$";

/// An idempotency key without quotes.
const KEY: &str = "^[!#-~]([ -~]*[!-~])?$";

/// Members of answers that are left out where they would say nothing, though they may be null elsewhere: a GraphQL request
/// that never ran has no data.
const LEFT_OUT: &[(&str, &str)] = &[("GraphqlResponse", "data")];

/// The largest whole number that every reader of JSON keeps (RFC 7493, section 2.2).
const EXACT: isize = 9_007_199_254_740_991;

/// Forms that are read by rules of their own: nothing is unknown to the first (RFC 6749, section 3.2).
/// Members that GraphQL over HTTP does not know are left to its extensions.
const OPEN: &[&str] = &["TokenRequest", "GraphqlRequest"];
const NOT_PLAIN: &[&str] = &["TokenRequest", "GraphqlRequest"];

/// Members that hold a source's own code, which may be a number or a boolean there: `source_value`, and these.
const CODES: &[(&str, &str)] = &[("ManagerInput", "external_id")];

/// What has one of two members at least.
const EITHER: &[(&str, [&str; 2])] = &[("PersonNameInput", ["family", "given"]), ("PreferredName", ["family", "given"])];

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Makes the schemas strict.
pub(super) struct Strict;

impl Modify for Strict {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        let (mut sent, mut answered) = (BTreeSet::new(), BTreeSet::new());
        each_operation(contract, |operation| {
            if let Some(RefOr::T(body)) = &operation.request_body {
                body.content.values().for_each(|content| note(content, &mut sent));
            }
            for response in operation.responses.responses.values() {
                if let RefOr::T(response) = response {
                    response.content.values().for_each(|content| note(content, &mut answered));
                }
            }
            let is_graphql = operation.operation_id.as_deref() == Some("queryGraphql");
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter
                    && let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
                {
                    match parameter.parameter_in {
                        // Of a GraphQL document JSON Schema can say nothing.
                        ParameterIn::Query if !is_graphql => plain(object),
                        ParameterIn::Header => of_header(&parameter.name, object),
                        ParameterIn::Query | ParameterIn::Path | ParameterIn::Cookie | ParameterIn::QueryString => {}
                    }
                }
            }
        });
        let Some(components) = &mut contract.components else { return };
        let schemas = &mut components.schemas;
        let sent = reached(schemas, sent);
        let answered = reached(schemas, answered);
        let shared: Vec<String> = sent.intersection(&answered).filter(|name| is_object(&schemas[*name])).cloned().collect();
        for name in &shared {
            schemas.insert(input_name(name), schemas[name].clone());
        }
        let to_inputs = |reference: &mut Ref| {
            let name = reference.ref_location.rsplit('/').next().unwrap_or("");
            if shared.iter().any(|shared| shared == name) {
                reference.ref_location = format!("#/components/schemas/{}", input_name(name));
            }
        };
        let inputs = sent.iter().map(|name| if shared.contains(name) { input_name(name) } else { name.clone() });
        for name in inputs.collect::<Vec<_>>() {
            if let Some(schema) = schemas.get_mut(&name) {
                references(schema, &mut |reference| to_inputs(reference));
                strict(&name, schema);
            }
        }
        recordable_reasons(schemas);
        for name in &answered {
            if let Some(schema) = schemas.get_mut(name) {
                always_there(schema);
                leave_out(name, schema);
            }
        }
        each_operation(contract, |operation| {
            let Some(RefOr::T(body)) = &mut operation.request_body else { return };
            for content in body.content.values_mut() {
                if let RefOr::T(Content { schema: Some(RefOr::Ref(reference)), .. }) = content {
                    to_inputs(reference);
                }
            }
        });
    }
}

/// What a type is called where it is sent, as in GraphQL.
fn input_name(name: &str) -> String {
    format!("{}Input", name.trim_end_matches("Content"))
}

fn note(content: &RefOr<Content>, names: &mut BTreeSet<String>) {
    if let RefOr::T(Content { schema: Some(schema), .. }) = content {
        references(&mut schema.clone(), &mut |reference| note_name(reference, names));
    }
}

fn note_name(reference: &Ref, names: &mut BTreeSet<String>) {
    names.extend(reference.ref_location.strip_prefix("#/components/schemas/").map(str::to_owned));
}

/// Every schema that these lead to, themselves included.
fn reached(schemas: &Schemas, from: BTreeSet<String>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut next = from;
    while let Some(name) = next.pop_first() {
        if let Some(schema) = schemas.get(&name).filter(|_| !all.contains(&name)) {
            references(&mut schema.clone(), &mut |reference| note_name(reference, &mut next));
            all.insert(name);
        }
    }
    all
}

/// Calls `with` for every reference in a schema.
fn references(schema: &mut RefOr<Schema>, with: &mut impl FnMut(&mut Ref)) {
    match schema {
        RefOr::Ref(reference) => with(reference),
        RefOr::T(schema) => parts(schema, &mut |part| references(part, with)),
    }
}

/// Calls `with` for every schema right below a schema.
fn parts<'s>(schema: &'s mut Schema, with: &mut dyn FnMut(&'s mut RefOr<Schema>)) {
    match schema {
        Schema::Object(Object { properties, additional_properties, .. }) => {
            properties.values_mut().for_each(&mut *with);
            if let Some(AdditionalProperties::RefOr(schema)) = additional_properties.as_deref_mut() {
                with(schema);
            }
        }
        Schema::Array(Array { items: ArrayItems::RefOrSchema(items), .. }) => with(items),
        Schema::OneOf(OneOf { items, .. }) | Schema::AllOf(AllOf { items, .. }) | Schema::AnyOf(AnyOf { items, .. }) => {
            items.iter_mut().for_each(with);
        }
        Schema::Array(_) => {}
        _ => {}
    }
}

const fn is_object(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => object.enum_values.is_none() && object.format.is_none() && object.pattern.is_none(),
        RefOr::T(_) => true,
        RefOr::Ref(_) => false,
    }
}

fn is_type(of: &SchemaType, wanted: &Type) -> bool {
    match of {
        SchemaType::Type(kind) => kind == wanted,
        SchemaType::Array(kinds) => kinds.contains(wanted),
        SchemaType::AnyValue => false,
    }
}

/// Texts hold no control characters.
fn plain(object: &mut Object) {
    let free = object.enum_values.is_none() && object.format.is_none() && object.pattern.is_none();
    if free && is_type(&object.schema_type, &Type::String) {
        object.pattern = Some(PLAIN.to_owned());
    }
}

/// What a header may be: there, or left out.
fn of_header(name: &str, object: &mut Object) {
    object.schema_type = SchemaType::Type(Type::String);
    // What is no entity tag matches nothing, which is no fault.
    if name == "Idempotency-Key" {
        object.pattern = Some(KEY.to_owned());
        object.max_length = Some(255);
    }
}

/// What may be sent, and nothing else.
fn strict(name: &str, schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    if let Schema::Object(object) = schema {
        if !object.properties.is_empty() && !OPEN.contains(&name) {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
        for (member, schema) in &mut object.properties {
            if !object.required.contains(member) && !NOT_PLAIN.contains(&name) {
                nullable(schema);
            }
            if member == "source_value" || CODES.contains(&(name, member)) {
                code(schema);
            }
        }
    }
    if !NOT_PLAIN.contains(&name) {
        texts(schema);
    }
    if let Some((_, members)) = EITHER.iter().find(|(of, _)| *of == name) {
        either(schema, members);
    }
}

/// What may be left out may be null.
fn nullable(schema: &mut RefOr<Schema>) {
    let kind = match schema {
        RefOr::T(Schema::Object(object)) => &mut object.schema_type,
        RefOr::T(Schema::Array(array)) => &mut array.schema_type,
        RefOr::T(_) | RefOr::Ref(_) => return,
    };
    if let SchemaType::Type(one) = kind {
        *kind = SchemaType::Array(vec![one.clone(), Type::Null]);
    }
}

fn texts(schema: &mut Schema) {
    if let Schema::Object(object) = schema {
        plain(object);
    }
    parts(schema, &mut |part| {
        if let RefOr::T(part) = part {
            texts(part);
        }
    });
}

/// A text, a number or a boolean.
fn code(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema {
        object.schema_type = SchemaType::Array(vec![Type::String, Type::Number, Type::Boolean, Type::Null]);
        object.minimum = Some(Number::Int(-EXACT));
        object.maximum = Some(Number::Int(EXACT));
    }
}

fn either(schema: &mut Schema, members: &[&str]) {
    let present = |member: &&str| {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some("\\S"));
        let open = Some(AdditionalProperties::FreeForm(true));
        ObjectBuilder::new().schema_type(Type::Object).property(*member, text).required(*member).additional_properties(open).into()
    };
    let any = AnyOf { items: members.iter().map(present).collect(), ..AnyOf::new() };
    let mut all = AllOf::new();
    if let Schema::Object(object) = schema {
        all.description = object.description.take();
    }
    all.items = vec![RefOr::T(schema.clone()), RefOr::T(Schema::AnyOf(any))];
    *schema = Schema::AllOf(all);
}

/// `withheld` is only ever read.
fn recordable_reasons(schemas: &mut Schemas) {
    let Some(RefOr::T(Schema::Object(reason))) = schemas.get("Reason") else { return };
    let mut recordable = reason.clone();
    if let Some(words) = &mut recordable.enum_values {
        words.retain(|word| word != "withheld");
    }
    if let Some(description) = &mut recordable.description
        && let Some(at) = description.find("\n- `withheld`")
    {
        description.truncate(at);
    }
    schemas.insert("RecordableReason".to_owned(), recordable.into());
    if let Some(input) = schemas.get_mut("CodedReasonInput") {
        references(input, &mut |reference| {
            if reference.ref_location.ends_with("/Reason") {
                reference.ref_location = "#/components/schemas/RecordableReason".to_owned();
            }
        });
    }
}

/// A member that may be null is there all the same, and one that may be missing is never null.
fn always_there(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    if let Schema::Object(Object { properties, required, .. }) = schema {
        for (name, member) in properties.iter() {
            if is_nullable(member) && !required.contains(name) {
                required.push(name.clone());
            }
        }
    }
    parts(schema, &mut always_there);
}

fn leave_out(name: &str, schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema {
        object.required.retain(|member| !LEFT_OUT.contains(&(name, member)));
    }
}

fn is_nullable(schema: &RefOr<Schema>) -> bool {
    match schema {
        RefOr::T(Schema::Object(object)) => is_type(&object.schema_type, &Type::Null),
        RefOr::T(Schema::Array(array)) => is_type(&array.schema_type, &Type::Null),
        RefOr::T(Schema::OneOf(one)) => one.items.iter().any(is_nullable),
        RefOr::T(_) | RefOr::Ref(_) => false,
    }
}
