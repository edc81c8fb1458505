"""What is answered over HTTP beside the hot path: one module per page or resource."""
