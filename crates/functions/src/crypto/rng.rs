//! The host's randomness for the crates that make keys.

use std::convert::Infallible;

use evenkeel_template::Host;
use rsa::rand_core::{TryCryptoRng, TryRng};

/// Draws from [`Host::random`].
pub(crate) struct HostRng<'h>(pub(crate) &'h dyn Host);

impl TryRng for HostRng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.random(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.random(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.random(bytes);
        Ok(())
    }
}

impl TryCryptoRng for HostRng<'_> {}
