//! Makes the page of a document: JSON on standard input, HTML on standard output.

use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut document = String::new();
    std::io::stdin().read_to_string(&mut document)?;
    let page = bylaws_reports::page::page_of_json(&document)?;
    std::io::stdout().write_all(page.as_bytes())?;
    Ok(())
}
