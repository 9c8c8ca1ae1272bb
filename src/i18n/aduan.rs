//! Words of complaints.
