"""Bank statements as files: OFX, the tables of French banks, CAMT.053 and MT940; what their lines may be in the books."""
