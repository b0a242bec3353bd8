//! A token bucket over real time that limits requests per minute.

use std::time::Duration;

use tokio::time::Instant;

/// Full at the start; refilled evenly.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// The time to refill one token.
    each: Duration,
    /// When the bucket will be full again; at most one minute ahead.
    full_at: Instant,
}

const WINDOW: Duration = Duration::from_mins(1);

impl Throttle {
    /// Allows `per_minute` requests per minute; zero refuses everything.
    pub(crate) fn new(per_minute: u32, now: Instant) -> Self {
        Self { each: WINDOW.checked_div(per_minute).unwrap_or(WINDOW * 2), full_at: now }
    }

    /// Takes a token, or returns after how many seconds there will be one.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), u64> {
        let next = self.full_at.max(now) + self.each;
        match (next - now).checked_sub(WINDOW) {
            Some(over) if !over.is_zero() => Err(over.as_secs() + u64::from(over.subsec_nanos() > 0)),
            _ => {
                self.full_at = next;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_empties_and_refills() {
        let start = Instant::now();
        let mut limit = Throttle::new(3, start);
        assert_eq!([limit.take(start), limit.take(start), limit.take(start)], [Ok(()), Ok(()), Ok(())]);
        assert_eq!(limit.take(start), Err(20));
        assert_eq!(limit.take(start + Duration::from_secs(19)), Err(1));
        assert_eq!(limit.take(start + Duration::from_secs(20)), Ok(()));
        assert_eq!(Throttle::new(0, start).take(start), Err(60));
    }
}
