"""Every kind of event this installation knows, and the codec that reads and writes them."""

from services.governance.events.catalogue import GovernanceEvent
from services.ledger.events.catalogue import LedgerEvent
from shared.eventlog.codec import Codec, codec_of

CODEC: Codec = codec_of(GovernanceEvent, LedgerEvent)
