//! Whether the embedded database has room to grow.

use std::path::Path;

/// Less than this many bytes free is too little.
const FEW: u64 = 1 << 30;

pub(super) fn space_for(database: &Path) -> Result<String, String> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk = rustix::fs::statvfs(folder).map_err(|e| format!("the free space in {} cannot be told: {e}", folder.display()))?;
    space(disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_blocks.saturating_mul(disk.f_frsize))
        .map_err(|why| format!("{why} where {} is; make room, or move it to a larger disk", folder.display()))
}

/// Whether so many free bytes of so many are enough: a database that meets the end of its disk refuses every write.
fn space(free: u64, total: u64) -> Result<String, String> {
    let (mib, percent) = (free >> 20, u128::from(free) * 100 / u128::from(total.max(1)));
    if free < FEW || u128::from(free) * 20 < u128::from(total) {
        Err(format!("nearly full: {mib} MiB ({percent} %) are free"))
    } else {
        Ok(format!("{mib} MiB ({percent} %) are free"))
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, space};

    #[test]
    fn a_disk_is_nearly_full_below_a_twentieth_or_a_gibibyte() {
        assert!(space(FEW, 10 * FEW).is_ok());
        assert!(space(FEW - 1, 10 * FEW).is_err());
        assert!(space(5 * FEW, 100 * FEW).is_ok());
        assert!(space(5 * FEW - 1, 100 * FEW).unwrap_err().contains("5119 MiB (4 %)"));
        assert!(space(0, 0).is_err());
    }
}
