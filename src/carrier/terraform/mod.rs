//! Terraform.

/// Finds the key policies of a module, which is a directory.
pub fn carry(_sources: &crate::source::Sources, _directory: &str) -> crate::carrier::Carried {
    crate::carrier::Carried::default()
}
