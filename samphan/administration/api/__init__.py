"""Routes of `/api/v1` for administration, and the gate through which every request of the API comes."""
