//! Issuers and rules as files have them: written, compared and hashed.

use std::collections::BTreeMap;

use bylaws_config::digest::Form;
use bylaws_config::page::{Page, flow, list};
use bylaws_config::quote::scalar;
use bylaws_engine::{Kind, Line, ObjectName, WorkspaceLabel};

use super::entry::ALL;
use super::{
    Federation, ISSUER, Issuer, Jwks, Pinned, RULE, Rule, RuleMatch, RuleWorkspaces, SECTION, Scope,
};
use crate::objects;
use crate::syntax::{self, Scope as Section};

/// The fields of an entry, in the order in which files have them.
type Fields = Vec<(&'static str, Option<String>)>;

fn of_issuer(issuer: &Issuer) -> Fields {
    let Issuer { url, jwks, check_jti, max_jwt_lifetime } = issuer;
    vec![
        ("issuer_url", Some(scalar(url))),
        ("jwks", jwks.as_ref().map(of_jwks)),
        ("check_jti", check_jti.map(|check| check.to_string())),
        ("max_jwt_lifetime", max_jwt_lifetime.map(|lifetime| lifetime.to_string())),
    ]
}

fn of_jwks(jwks: &Jwks) -> String {
    let text = |text: &Option<String>| text.as_deref().map(scalar);
    match jwks {
        Jwks::Discovery { base: None, ca_cert: None } => "discovery".to_owned(),
        Jwks::Discovery { base, ca_cert } => {
            flow(&[("discovery_base", text(base)), ("ca_cert", text(ca_cert))])
        }
        Jwks::Url { url, ca_cert } => {
            flow(&[("explicit_url", Some(scalar(url))), ("ca_cert", text(ca_cert))])
        }
        Jwks::Inline(keys) => {
            // JSON on one line is YAML.
            let keys: Vec<String> = keys.json().iter().map(ToString::to_string).collect();
            format!("{{inline: {{keys: [{}]}}}}", keys.join(", "))
        }
    }
}

fn of_rule(rule: &Rule) -> Fields {
    let Rule { issuer, matching, service_account, scopes, workspaces, token_lifetime, description } = rule;
    let scopes: Vec<&str> = scopes.iter().map(|scope| Scope::as_str(*scope)).collect();
    let workspaces = workspaces.as_ref().map(|workspaces| match workspaces {
        RuleWorkspaces::All => ALL.to_owned(),
        RuleWorkspaces::Only(labels) => list(labels.iter().map(WorkspaceLabel::as_str)),
    });
    vec![
        ("issuer", Some(scalar(issuer.as_str()))),
        ("match", Some(of_match(matching))),
        ("service_account", Some(scalar(service_account.as_str()))),
        (
            "scope",
            Some(match scopes.as_slice() {
                [one] => scalar(one),
                several => list(several.iter().copied()),
            }),
        ),
        ("workspaces", workspaces),
        ("token_lifetime", token_lifetime.map(|lifetime| lifetime.to_string())),
        ("description", description.as_deref().map(scalar)),
    ]
}

fn of_match(matching: &RuleMatch) -> String {
    let RuleMatch { subject, audience, claims, condition } = matching;
    let text = |text: &Option<String>| text.as_deref().map(scalar);
    let claims: Vec<String> =
        claims.iter().map(|(claim, value)| format!("{}: {}", scalar(claim), scalar(value))).collect();
    let claims = (!claims.is_empty()).then(|| format!("{{{}}}", claims.join(", ")));
    flow(&[
        ("subject", text(subject)),
        ("audience", text(audience)),
        ("claims", claims),
        ("condition", text(condition)),
    ])
}

/// Returns an entry with all its fields.
fn fields<T>(entry: &Pinned<T>, of: fn(&T) -> Fields) -> Fields {
    let mut fields: Fields = vec![("name", entry.name.as_ref().map(|name| scalar(name.as_str())))];
    match &entry.settings {
        Some(settings) => fields.extend(of(settings)),
        None => fields.push(("state", Some("archived".to_owned()))),
    }
    fields
}

fn entries<T>(
    part: Option<&BTreeMap<ObjectName, Pinned<T>>>,
    of: fn(&T) -> Fields,
) -> Option<BTreeMap<ObjectName, objects::Line>> {
    let line = |entry: &Pinned<T>| objects::Line {
        id: entry.id.clone(),
        fields: fields(entry, of).into_iter().filter_map(|(field, value)| Some((field, value?))).collect(),
    };
    Some(part?.iter().map(|(name, entry)| (name.clone(), line(entry))).collect())
}

/// Returns the entries of issuers.
pub(super) fn issuers(federation: &Federation) -> Option<BTreeMap<ObjectName, objects::Line>> {
    entries(federation.issuers.as_ref(), of_issuer)
}

/// Returns the entries of rules.
pub(super) fn rules(federation: &Federation) -> Option<BTreeMap<ObjectName, objects::Line>> {
    entries(federation.rules.as_ref(), of_rule)
}

/// Writes the section.
pub(super) fn write(page: &mut Page<'_>, scope: Section<'_>, federation: &Federation) {
    let Federation { issuers, rules } = federation;
    let indent = syntax::heading(page, scope, SECTION, issuers.is_none() && rules.is_none());
    part(page, indent, ("issuers", &ISSUER), issuers.as_ref(), of_issuer);
    part(page, indent, ("rules", &RULE), rules.as_ref(), of_rule);
}

fn part<T>(
    page: &mut Page<'_>,
    indent: usize,
    (key, kind): (&str, &Kind),
    part: Option<&BTreeMap<ObjectName, Pinned<T>>>,
    of: fn(&T) -> Fields,
) {
    let Some(part) = part else { return };
    page.line(indent, key, bylaws_config::page::none_or_below(part.is_empty()));
    for (name, entry) in part {
        page.noted(
            indent + 2,
            &Line::of_object(None, kind.object(), name.clone()),
            &scalar(name.as_str()),
            "",
        );
        let id = ("id", entry.id.as_deref().map(scalar));
        for (field, value) in std::iter::once(id).chain(fields(entry, of)) {
            if let Some(value) = value {
                page.line(indent + 4, field, &value);
            }
        }
    }
}

/// Hashes the section.
pub(super) fn digest(form: &mut Form, federation: &Federation) {
    form.word(SECTION);
    for part in [issuers(federation), rules(federation)] {
        form.section(part, |form, (name, line)| {
            form.word(name.as_str());
            form.maybe(line.id.as_deref());
            form.section(Some(line.fields), |form, (field, value)| {
                form.word(field);
                form.word(&value);
            });
        });
    }
}
