//! Simulated identity providers: dialects, connections, links, virtual clock.
