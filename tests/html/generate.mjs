// Documents to make pages of: organizations of any size, the same each time, and one with hostile names.

const ROLES = ["workspace_admin", "workspace_developer", "workspace_restricted_developer", "workspace_user", "workspace_billing"];
const STANDING = ["developer", "developer", "developer", "developer", "user", "user", "user", "claude_code_user"];
const FIRST = ["ada", "ben", "chidi", "dora", "elif", "felix", "grace", "hana", "ivan", "jonas", "kofi", "lin", "marta", "noor", "omar", "petra", "quinn", "rolf", "sam", "tess", "uma", "vera", "wren", "xenia", "yara", "zoe"];
const LAST = ["abara", "berg", "costa", "dunn", "eriksen", "fontana", "gupta", "haas", "ito", "jensen", "kaya", "lopez", "meyer", "novak", "okafor", "patel", "quist", "rossi", "silva", "tran", "ueda", "vogel", "weiss", "xu", "yilmaz", "zhou"];
const TEAMS = ["platform", "research", "support", "analytics", "security", "data", "mobile", "growth", "finance", "legal", "design", "infra"];
const AREAS = ["production", "staging", "research", "support", "analytics", "evals", "billing", "search", "mobile", "internal"];

/** Numbers that look random, the same each time (mulberry32). */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Days up to 2026-11-22, oldest first. */
export function days(count) {
  return Array.from({ length: count }, (_, at) => new Date(Date.UTC(2026, 10, 22 - count + 1 + at)).toISOString().slice(0, 10));
}

/** An organization of so many people and workspaces, each person in about `each` of them. */
export function organization({ people = 40, workspaces = 8, each = 4, findings = 12, period = 30, seed = 1 } = {}) {
  const number = numbers(seed);
  const pick = (list) => list[number(list.length)];
  const persons = Array.from({ length: people }, (_, at) => {
    const turn = Math.floor(at / (FIRST.length * LAST.length));
    const name = `${FIRST[at % FIRST.length]}.${LAST[Math.floor(at / FIRST.length) % LAST.length]}${turn === 0 ? "" : turn + 1}`;
    return {
      who: `${name}@${at % 17 === 16 ? "contractor.example" : "acme.com"}`,
      role: at % 97 === 0 ? "admin" : at % 61 === 5 ? "billing" : pick(STANDING),
      state: at % 31 === 30 ? "invited" : "member",
      teams: [...new Set(Array.from({ length: number(3) }, () => pick(TEAMS)))].sort(),
      last_active: number(5) === 0 ? null : days(90)[89 - Math.min(number(90), number(90))],
    };
  });
  const places = Array.from({ length: workspaces }, (_, at) => {
    const name = at === 0 ? "Default" : at === 1 ? "Claude Code" : at < 12 ? AREAS[at - 2] : `${AREAS[at % 10]}-${String(at).padStart(3, "0")}`;
    return { name, id: `wrkspc_${String(at).padStart(24, "0")}`, is_default: at === 0, is_claude_code: at === 1 };
  });
  const reasons = [
    { kind: "line", text: "line in the files" },
    { kind: "unlisted", text: "not in the files" },
    ...["admin", "billing", "developer", "user", "claude_code_user"].map((role) => ({ kind: "implied", text: `organization role ${role}` })),
    ...TEAMS.map((team) => ({ kind: "team", text: `team ${team}` })),
  ];
  const reason = (text) => reasons.findIndex((one) => one.text === text);
  const grants = [];
  persons.forEach((person, at) => {
    const implied = { admin: 0, billing: 4 }[person.role];
    for (let place = 0; place < workspaces; place += 1) {
      if (implied !== undefined) grants.push([at, place, implied, [reason(`organization role ${person.role}`)]]);
      else if (number(workspaces) < each) {
        const why = place === 0 ? [reason(`organization role ${person.role}`)]
          : person.teams.length > 0 && number(3) > 0 ? [reason(`team ${pick(person.teams)}`)]
            : [number(9) === 0 ? 1 : 0];
        if (why[0] === 0 && person.teams.length > 0 && number(4) === 0) why.push(reason(`team ${person.teams[0]}`));
        grants.push([at, place, [3, 3, 1, 1, 1, 2, 0][number(7)], why]);
      }
    }
  });
  const series = (value) => places.map((place, at) => ({ name: place.name, values: days(period).map((_, day) => value(at, day)) }));
  const weekend = (day) => ([0, 6].includes(new Date(days(period)[day]).getUTCDay()) ? 5 : 1);
  return {
    organization: { id: "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10", name: "Acme Robotics" },
    today: "2026-11-22", bylaws_version: "0.1.0", files: "bylaws", commit: "0123456789abcdef0123456789abcdef01234567", snapshot: null, reads: 106,
    people: persons, workspaces: places, roles: ROLES, reasons, grants,
    ...programs(places.map(({ name }) => name)),
    findings: {
      items: Array.from({ length: findings }, (_, at) => finding(at, number(people), persons)),
      accepted: [{ name: "old-key", address: "workspace/staging/api_key/legacy", until: "2027-01-31", reason: "replaced in January (OPS-120)" }],
      not_judged: [{ what: "age of API keys", why: "the credential may not read API keys" }],
    },
    usage: { unit: "tokens", days: days(period), series: series((at, day) => String(BigInt(Math.floor(9e7 / (at + 1) / weekend(day))) * BigInt(1 + number(4)) + BigInt(number(1e6)))) },
    cost: { days: days(period), series: series((at, day) => `${Math.floor(90000 / (at + 1) / weekend(day)) + number(9000)}.${number(1e6)}`) },
    drift: {
      changes: [
        { action: "remove", address: "member/old@acme.com", summary: "user; leaves 3 workspaces" },
        { action: "update", address: "workspace/production/member/ada.abara@acme.com", summary: "workspace_admin → workspace_developer", place: "bylaws/workspaces/production.yaml:12" },
        { action: "invite", address: "invite/new@acme.com", summary: "as developer" },
      ],
      blocked: [{ address: "member/grace.abara@acme.com", reason: "`admin` is granted in the Console" }],
      waiting: [{ address: "workspace/staging/member/new@acme.com", reason: "has not accepted the invite yet", place: "bylaws/workspaces/staging.yaml:7" }],
      unlisted: [{ address: "workspace/hackathon", reason: "not in the files" }],
      refused: [],
    },
  };
}

/** Service accounts, federation, limits and external keys of these workspaces. */
function programs(places) {
  const [first = "Default", second = first] = places.slice(2);
  return {
    service_accounts: [
      { name: "boss", id: "svac_02", description: "", role: "admin", memberships: [], rules: ["organization"] },
      { name: "ci-deploy", id: "svac_01", description: "deploys from GitHub", role: "developer", memberships: [[first, "workspace_developer"], [second, "workspace_user"]], rules: ["deploy-production", "evals-nightly"] },
      { name: "old-bot", id: "svac_03", description: "", role: "developer", memberships: [], rules: [] },
    ],
    federation: {
      rules: [
        { name: "deploy-production", description: "deploys after review", issuer: "github", accepts: [["subject", "repo:acme/robot:environment:production"], ["audience", "https://api.anthropic.com"], ["claim repository_id", "81234567"], ["claim repository_owner_id", "417"]], account: "ci-deploy", scopes: ["workspace:inference"], workspaces: [first], token_lifetime: "15m" },
        { name: "evals-nightly", description: "", issuer: "github", accepts: [["subject", "repo:acme/evals:*"], ["condition", "claims.event_name == 'schedule'"]], account: "ci-deploy", scopes: ["workspace:developer", "workspace:inference"], workspaces: null, token_lifetime: "24h" },
        { name: "organization", description: "", issuer: "admins", accepts: [["subject", "repo:acme/organization:environment:bylaws-apply"]], account: "boss", scopes: ["org:admin"], workspaces: [], token_lifetime: "10m" },
      ],
      issuers: [
        { name: "admins", issuer_url: "https://token.actions.githubusercontent.com", keys: "discovery", check_jti: true, max_jwt_lifetime: "15m", polling_disabled_at: null },
        { name: "github", issuer_url: "https://token.actions.githubusercontent.com", keys: "https://keys.acme.com/jwks.json", check_jti: false, max_jwt_lifetime: "49h", polling_disabled_at: "2026-11-03T08:00:00Z" },
      ],
    },
    limits: {
      spend: [
        { workspace: null, limit: "20000 USD", cents: "2000000", spent: "812345.678901" },
        { workspace: first, limit: "5000.50 USD", cents: "500050", spent: "500050" },
        { workspace: second, limit: null, cents: null, spent: "1234.5" },
      ],
      rate: [
        { workspace: first, group: ["claude-sonnet-4-5", "claude-sonnet-4-5-20250929"], limiter: "requests_per_minute", value: "2000", organization: "4000" },
        { workspace: second, group: ["batch"], limiter: "requests_per_minute", value: "0", organization: null },
      ],
    },
    external_keys: [
      { name: "production", id: "ekey_01", provider: "aws arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", geo: "us", workspaces: [first] },
      { name: "ekey_02", id: "ekey_02", provider: "gcp projects/acme/locations/eu/keyRings/claude/cryptoKeys/main", geo: "us", workspaces: [] },
    ],
  };
}

function finding(at, person, persons) {
  const { who } = persons[person];
  return [
    { code: "BA101", name: "dormant-member", severity: "warning", address: `member/${who}`, person, message: `${who} has used nothing for 64 days`, evidence: [["last active", "2026-09-19"], ["looked back", "90 days"]], fix: `members:\n  ${who}: none`, place: "bylaws/members.yaml:14" },
    { code: "BA203", name: "old-key", severity: "error", address: "workspace/production/api_key/ci-deploy", person: null, message: "the key is 412 days old and active", evidence: [["created", "2025-10-06"], ["last used", "2026-11-21"]], advice: "Make a new key in the Console, move its users over, then switch this one off.", fix: null, place: "bylaws/workspaces.yaml:31" },
    { code: "BA310", name: "stale-invite", severity: "note", address: `invite/${who}`, person, message: "the invite expires in 2 days", evidence: [], fix: null, place: null },
  ][at % 3];
}

/** An organization with nobody, or one, and nothing read. */
export function bare(people) {
  const none = { not_read: "the credential may not read reports" };
  return { ...organization({ people, workspaces: people, findings: 0 }), files: null, commit: null, usage: none, cost: none, drift: { not_read: "there are no files" }, ...nothingRead(), findings: { items: [], accepted: [], not_judged: [] } };
}

/** The kinds for which the credential needs more. */
function nothingRead() {
  const refused = { not_read: "403 permission_error: this needs an OAuth token" };
  return { service_accounts: refused, federation: refused, limits: { spend: refused, rate: refused }, external_keys: refused };
}

export const HOSTILE = [
  "</script><script>evil()</script>",
  "</script x=evil",
  "</SCRIPT/evil",
  "<!-- <script evil",
  "<img src=x onerror=evil()>",
  "<svg onload=evil()>",
  "\"><b onmouseover=evil()>evil",
  "'-evil()-'",
  "</noscript><style>*{display:none}</style>",
  "<!--<script>evil",
  "]]>evil",
  "\u202eevil\u202c",
  "\u2066evil\u2069",
  "\u001b[2J\u001b[31mevil\u001b[0m",
  "\u001b]8;;https://evil.com\u0007evil\u001b]8;;\u0007",
  "=HYPERLINK(\"https://evil.com\",\"evil\")",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "javascript:evil()",
  "https://evil.com/x.png",
  "url(https://evil.com/x)",
  "👩‍💻 evil",
  "\u05d0\u05d1\u05d2 evil",
  "\u2028evil\u2029",
  "\u0000evil\u0007",
  "ev\u200bil",
  "__proto__",
  "constructor",
  "toString",
  "{data}{script}",
  "${evil}",
  "evil".repeat(1250),
  "x\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "",
  " ",
];

/** Each hostile name in every place that holds a text. */
export function hostile() {
  const names = HOSTILE;
  const place = (at) => ({ address: names[at], reason: names[at], place: names[at] });
  const all = names.map((_, at) => at);
  return {
    organization: { id: names[0], name: names[4] }, today: names[2], bylaws_version: names[3], files: names[0], commit: names[1], snapshot: names[8], reads: 9,
    people: all.map((at) => ({ who: names[at], role: names[at], state: at % 2 ? "member" : "invited", teams: [names[at], names[(at + 1) % names.length]], last_active: names[at] })),
    workspaces: all.map((at) => ({ name: names[at], id: names[at], is_default: false, is_claude_code: false })),
    roles: names, reasons: all.map((at) => ({ kind: ["line", "team", "implied", "unlisted"][at % 4], text: names[at] })),
    grants: all.flatMap((at) => all.filter((other) => (at + other) % 3 === 0).map((other) => [at, other, (at + other) % names.length, [at, other]])),
    service_accounts: all.map((at) => ({ name: names[at], id: names[at], description: names[at], role: names[at], memberships: [[names[at], names[at]]], rules: at % 2 ? [names[at]] : { not_read: names[at] } })),
    federation: {
      rules: all.map((at) => ({ name: names[at], description: names[at], issuer: names[at], accepts: [[names[at], names[at]]], account: names[at], scopes: [names[at]], workspaces: [names[at]], token_lifetime: names[at] })),
      issuers: all.map((at) => ({ name: names[at], issuer_url: names[at], keys: names[at], check_jti: false, max_jwt_lifetime: names[at], polling_disabled_at: names[at] })),
    },
    limits: {
      spend: all.map((at) => ({ workspace: names[at], limit: names[at], cents: names[at], spent: names[at] })),
      rate: all.map((at) => ({ workspace: names[at], group: [names[at]], limiter: names[at], value: names[at], organization: names[at] })),
    },
    external_keys: all.map((at) => ({ name: names[at], id: names[at], provider: names[at], geo: names[at], workspaces: [names[at]] })),
    findings: { items: all.map((at) => ({ code: names[at], name: names[at], severity: ["error", "warning", "note"][at % 3], address: names[at], person: at, message: names[at], evidence: [[names[at], names[at]]], advice: names[at], fix: `${names[at]}\n${names[at]}`, place: names[at] })), accepted: all.map((at) => ({ name: names[at], address: names[at], until: names[at], reason: names[at] })), not_judged: all.map((at) => ({ what: names[at], why: names[at] })) },
    usage: { unit: names[1], days: all.map((at) => names[at]), series: all.map((at) => ({ name: names[at], values: all.map((day) => (day % 2 ? names[day] : "5")) })) },
    cost: { not_read: names[1] },
    drift: { changes: all.map((at) => ({ action: names[at], address: names[at], summary: names[at], place: names[at] })), blocked: all.map(place), waiting: all.map(place), unlisted: all.map(place), refused: names },
  };
}
