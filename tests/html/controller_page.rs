//! Makes the page of the controller: the status as JSON on standard input, HTML on standard output. The time is fixed.

use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut status = String::new();
    std::io::stdin().read_to_string(&mut status)?;
    let status = serde_json::from_str(&status)?;
    let page = bylaws_controller::page(&status, "2026-11-21T09:00:00Z".parse()?);
    std::io::stdout().write_all(page.as_bytes())?;
    Ok(())
}
