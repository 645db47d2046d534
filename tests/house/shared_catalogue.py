"""Every module of shared/, and why it is nobody's own. A new module is a line here, with a reason that a reviewer sees."""

WHAT_ALL_SERVICES_SAY = {
    "shared.values": "cents, ids and declared texts are the same in every fact",
    "shared.text": "one table of characters for every text of every record",
    "shared.messages": "events and commands have one shape",
    "shared.refusals": "a no reads the same whoever says it",
    "shared.identity": "what is held from when until when, for roles as for mandates",
    "shared.sentences": "one way from a template to a sentence, for pages and the terminal",
    "shared.merkle": "checkpoints inside records, proofs and draws come from one tree",
}
HOW_ALL_SERVICES_WORK = {
    "shared.deciding": "decide and evolve, and a service's rulebook",
    "shared.handling": "the one road from a request to a record",
    "shared.projecting": "the one meaning of a view and of a cut",
    "shared.warm": "states kept for handling",
    "shared.views": "answers of the writing services, from their log",
    "shared.view_rows": "the tables of stored views",
    "shared.view_store": "stored views; the portal's today, a service's as soon as a fold is too long",
    "shared.clock": "the one clock records are dated by",
    "shared.serving": "what every service is built from",
    "shared.settings": "one installation, one set of settings",
    "shared.observing": "log lines and figures have one shape in every process",
    "shared.secret_files": "one way to keep a secret in a file",
    "shared.signing_keys": "one way to keep a pair of keys",
}
THE_LOG = {
    "shared.eventlog.append": "writes for every service, in shared commits",
    "shared.eventlog.batch": "the one statement that appends",
    "shared.eventlog.codec": "the only door between events and bytes",
    "shared.eventlog.connecting": "one way to reach PostgreSQL",
    "shared.eventlog.migrating": "one way to change a schema",
    "shared.eventlog.positions": "the library's tracking, on our tables",
    "shared.eventlog.reading": "reads for every service",
    "shared.eventlog.record": "what a record is",
    "shared.eventlog.record_mapper": "the library's mapper, on our records",
    "shared.eventlog.recorder": "the library's recorder, on our log",
    "shared.eventlog.safety": "refuses an unsafe database for whoever starts",
    "shared.eventlog.snapshots": "the library's snapshots, on our tables",
    "shared.eventlog.subscription": "the library's subscription, on our log",
    "shared.eventlog.tail": "waiting for new records",
}
THE_STREAM = {
    "shared.messaging.arrivals": "what any consumer may take",
    "shared.messaging.by_sequence": "how any consumer fills a gap",
    "shared.messaging.connecting": "one way to reach NATS",
    "shared.messaging.continuity": "what the publisher may do next, as pure rules",
    "shared.messaging.log_tail": "what the publisher reads",
    "shared.messaging.pacing": "how anything waits before trying again",
    "shared.messaging.permissions": "what each key may do",
    "shared.messaging.probing": "whether the stream can still write",
    "shared.messaging.publisher": "every service's records leave by it",
    "shared.messaging.publisher_status": "its figures",
    "shared.messaging.pulling": "how a durable's messages are asked for",
    "shared.messaging.safety": "refuses an unsafe server for whoever starts",
    "shared.messaging.sending": "how a lot is put at exactly its positions",
    "shared.messaging.streams": "what stream and durables must be",
    "shared.messaging.subjects": "how a record is named there",
    "shared.messaging.subscriber": "how any program follows the stream",
}
THE_VAULT = {
    "shared.vault.checking": "no text of any service's command names a person",
    "shared.vault.ciphers": "one way to lock a secret",
    "shared.vault.confiding": "private fields of any service's commands",
    "shared.vault.files": "what commitments of whole files stand for",
    "shared.vault.keys": "which key locks what",
    "shared.vault.naming": "no record of any service names a person",
    "shared.vault.openings": "what commitments stand for",
    "shared.vault.people": "who a pseudonym is",
    "shared.vault.sealing": "one form of commitment",
    "shared.vault.store": "the one place with names in it",
}
THE_WEB = {
    "shared.web.asking": "one way to say who asks",
    "shared.web.charts.bars": "a drawing",
    "shared.web.charts.scale": "the axes of every drawing",
    "shared.web.charts.staircase": "a drawing",
    "shared.web.charts.svg": "what every drawing is written with",
    "shared.web.commands": "one URL per command, for every service",
    "shared.web.drawings": "signs and logo of every page",
    "shared.web.formats": "one way to write money and dates",
    "shared.web.health": "the same questions to every process",
    "shared.web.live": "open pages of any service",
    "shared.web.pages": "the frame of every page",
    "shared.web.problems": "the only mapping from a no to HTTP",
    "shared.web.queries": "one shape of question, whatever answers",
    "shared.web.reader": "in which language and at which level",
    "shared.web.security": "what every answer forbids",
    "shared.web.static_files": "style, scripts and fonts of every page",
    "shared.web.tokens": "one form of token",
    "shared.web.wordings": "one way to translate",
}
CATALOGUE = WHAT_ALL_SERVICES_SAY | HOW_ALL_SERVICES_WORK | THE_LOG | THE_STREAM | THE_VAULT | THE_WEB

# Mechanisms that a single service uses today, and why they are mechanisms all the same.
ONE_CUSTOMER = {
    "shared.identity": "every service's deciders fold it through governance's standing",
    "shared.view_rows": "the tables of shared.view_store",
    "shared.view_store": "blue and green versions of a view are nobody's rule",
    "shared.messaging.pulling": "the subscriber's, which is any program's",
    "shared.messaging.subscriber": "nats has one door",
    "shared.web.live": "any service's page may be live",
    "shared.web.charts.bars": "drawings know lines, not money",
    "shared.web.charts.scale": "drawings know lines, not money",
    "shared.web.charts.staircase": "drawings know lines, not money",
    "shared.web.charts.svg": "drawings know lines, not money",
}
FOR_PROGRAMS_OUTSIDE = {
    "shared.eventlog.record_mapper": "an application of the eventsourcing library reads our records with it",
}

# Words that are the cooperative's and a mechanism's too.
ALSO_A_MECHANISM = {
    "role": "what a token or a login of PostgreSQL is allowed",
    "class": "how a text is classed",
    "entry": "what a cache holds",
    "member": "what a union is made of",
    "body": "what a request carries",
    "commitment": "the salted digest that stands for a sealed text (trust, 2)",
    "frame": "what stands around a page",
    "line": "a connection to NATS, or one row of a text",
    "right": "what a login of NATS or a file's owner may do",
}
