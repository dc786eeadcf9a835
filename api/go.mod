module github.com/salesmap-mirror/salesmap-mirror/api

go 1.26.0

require github.com/salesmap-mirror/salesmap-mirror/shared v0.0.0

replace github.com/salesmap-mirror/salesmap-mirror/shared => ../shared
