//! Rules for the members of the organization.

use bylaws_config::define_rules;

define_rules! {
    EMPTY_MEMBERS = "BL0403" "empty-members" Error, in_schema: true,
        summary: "The members section is empty",
        why: "An empty `members` section would ask to remove everyone. That is never intended, and a file that was cut off
or an empty template looks the same. List the people of the organization, or delete the section: without it
Bylaws leaves members alone.
",
        wrong: "members: {}
",
        right: "members:
  ada@acme.com: developer
";
    BAD_EMAIL = "BL0404" "bad-email" Error, in_schema: true,
        summary: "Invalid e-mail address",
        why: "People are identified by their e-mail address: letters, digits and the usual symbols, one `@`, a host name.
Letters of any alphabet are allowed. A space or an invisible character would invite the wrong person or
nobody, and a domain has one canonical spelling; the help names the problem. Type the address instead of
copying it.
",
        wrong: "members:
  ada.acme.com: developer
",
        right: "members:
  ada@acme.com: developer
";
    DUPLICATE_PERSON = "BL0405" "duplicate-person" Error, in_schema: false,
        summary: "Duplicate member",
        why: "The service treats `Ada@acme.com`, `ada@acme.com` and `ada+ops@acme.com` as one person: it ignores letter case
and everything from a `+` to the `@`. Two entries could ask for two roles, and the service would refuse the
second invite. Keep the address the person signs in with.
",
        wrong: "members:
  ada@acme.com: developer
  ada+ops@acme.com: user
",
        right: "members:
  ada@acme.com: developer
";
    UNKNOWN_ROLE = "BL0406" "unknown-role" Error, in_schema: true,
        summary: "Unknown role",
        why: "Organization roles are `user`, `developer`, `billing` and `claude_code_user` (in an Enterprise organization
`user` and `managed`), the console-only roles (`admin`, `owner`, `primary_owner`, `membership_admin`), and
`none` for a person who must not be a member. Workspace roles begin with `workspace_`. Bylaws never converts
one into the other.
",
        wrong: "members:
  ada@acme.com: devloper
",
        right: "members:
  ada@acme.com: developer
";
    UNTIL_ON_HELD_ROLE = "BL0407" "until-on-held-role" Error, in_schema: true,
        summary: "A role that the API cannot remove has an end date",
        why: "The API can neither assign nor remove the console-only roles `admin`, `owner`, `primary_owner` and
`membership_admin`. On the end date nothing would happen, although the file says otherwise. Delete `until`,
and change the role in the Console when the time comes; put a reminder into a calendar.
",
        wrong: "members:
  grace@acme.com: {role: admin, until: 2027-01-31}
",
        right: "members:
  grace@acme.com: admin
";
    DOMAIN_NOT_ALLOWED = "BL0408" "domain-not-allowed" Error, in_schema: false,
        summary: "The domain of an address is not allowed",
        why: "`guards.allowed_domains` limits the domains of listed people, so that a private account or a look-alike domain
shows up in the review. Subdomains are separate domains. Correct the address, or add the domain, which is a
decision for the owners of the guards. A person listed as `none` may have any domain.
",
        wrong: "members:
  ada@acme.com: developer
  sam@acme.co: user
guards:
  allowed_domains: [acme.com]
",
        right: "members:
  ada@acme.com: developer
  sam@acme.com: user
guards:
  allowed_domains: [acme.com]
";
    NOT_A_MEMBER = "BL0409" "not-a-member" Error, in_schema: false,
        summary: "A person in a team or workspace is not listed as a member",
        why: "If there is a `members` section, it lists everyone: a person who is not in it cannot be a workspace member.
Usually the address contains a typo, and the help suggests the nearest listed one; or the person left and this
line was forgotten. Add the person under `members`, or remove them here.
",
        wrong: "members:
  ada@acme.com: developer
workspaces:
  research:
    members: {adda@acme.com: workspace_user}
",
        right: "members:
  ada@acme.com: developer
workspaces:
  research:
    members: {ada@acme.com: workspace_user}
";
    UNTIL_WITHOUT_EFFECT = "BL0411" "until-without-effect" Warning, in_schema: false,
        summary: "An end date has no effect",
        why: "`none` means that a person must not be there, and after the end date they would not be there either. The date
makes it look as if they came back on that day. Delete `until`; to let a person in later, change the entry
later.
",
        wrong: "members:
  ada@acme.com: developer
  bob@acme.com: {role: none, until: 2027-01-31}
",
        right: "members:
  ada@acme.com: developer
  bob@acme.com: none
";
    LOOK_ALIKE_PEOPLE = "BL0412" "look-alike-people" Warning, in_schema: false,
        summary: "Two people have addresses that are easily confused",
        why: "The addresses differ only in characters that look alike: `0` and `o`; `1`, `l` and `i`; `rn` and `m`; `vv` and
`w`. One of them may be a typo, or an account that was created to be overlooked. Ask both people. If both are
right, suppress the warning: `# bylaws: allow BL0412 two people, both asked`.
",
        wrong: "members:
  bob@acme.com: developer
  b0b@acme.com: developer
",
        right: "members:
  bob@acme.com: developer
";
    LOOK_ALIKE_LETTER = "BL0417" "look-alike-letter" Warning, in_schema: false,
        summary: "An address mixes look-alike letters of two alphabets",
        why: "A letter of another alphabet among ASCII letters looks like one of them, such as the Cyrillic and the Latin
letter a. Such an address belongs to a different person than it seems to. The service may have such addresses,
so this is only a warning. Type the address instead of copying it; if it is right, suppress this warning.
",
        wrong: "members:
  \u{430}da@acme.com: developer
",
        right: "members:
  ada@acme.com: developer
";
}
