from consent_service.cli import main

main()
