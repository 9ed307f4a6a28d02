//! Shows findings: to people, to scripts, to programs.

mod concise;
mod json;
mod text;
mod visible;
mod window;

pub use concise::concise;
pub use json::json;
pub use text::{Style, entries, text};
pub use visible::visible;
